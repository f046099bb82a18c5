--[[
  Forgets a message.

    KEYS[1]  base     every other key is this and a suffix (one slot)
    ARGV[1]  token    hash of queue and message id
    ARGV[2]  queue    hash of the queue's name

  Keys as in receipts-open.lua.

  Returns 1 where the message was known, else 0.
]]
local base, token, queue = KEYS[1], ARGV[1], ARGV[2]
local message = base .. 'm:' .. token
for _, ref in ipairs(redis.call('SMEMBERS', message .. ':refs')) do
  redis.call('SREM', base .. 'r:' .. ref .. ':messages', token)
end
redis.call('ZREM', base .. 'q:' .. queue .. ':waiting', token)
redis.call('ZREM', base .. 'q:' .. queue .. ':settled', token)
redis.call('DEL', message .. ':refs')
return redis.call('DEL', message)
