--[[
  Lists the messages of a queue that wait, or that are settled.

    KEYS[1]  base     every other key is this and a suffix (one slot)
    ARGV[1]  queue    hash of the queue's name
    ARGV[2]  'waiting' or 'settled'
    ARGV[3]  how many at most

  Keys as in receipts-open.lua.

  Returns id, handle, received at for each message, flat, in order of receiving.
  A token whose message has expired is dropped from the list.
]]
local base, queue, which, limit = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
local list = base .. 'q:' .. queue .. ':' .. which
local found = {}
for _, token in ipairs(redis.call('ZRANGE', list, 0, limit - 1)) do
  local fields = redis.call('HMGET', base .. 'm:' .. token, 'id', 'handle', 'receivedAt')
  if fields[1] and fields[2] and fields[3] then
    for i = 1, 3 do found[#found + 1] = fields[i] end
  else
    redis.call('ZREM', list, token)
  end
end
return found
