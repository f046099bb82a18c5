--[[
  Notes a message and the refs it waits for.

    KEYS[1]  base     every other key is this and a suffix (one slot)
    ARGV[1]  token    hash of queue and message id
    ARGV[2]  queue    hash of the queue's name
    ARGV[3]  message id
    ARGV[4]  handle
    ARGV[5]  received at, ms
    ARGV[6]  TTL in ms
    ARGV[7…] ids of the refs that it names

  Keys: m:<token> hash; m:<token>:refs set of refs not settled; r:<ref>:messages set of
  tokens; r:<ref>:done; r:<ref>:revs hash fingerprint -> revision; q:<queue>:waiting and
  q:<queue>:settled sorted sets of tokens by receive time.

  Returns the number of refs that it waits for.
  A message that is known gets the new handle and receive time and nothing else: what was
  settled stays settled. A ref that was settled a moment ago (its job
  may still be there, so that adding it changed nothing) is not waited for.
]]
local base, token, queue = KEYS[1], ARGV[1], ARGV[2]
local message_id, handle, received_at, ttl = ARGV[3], ARGV[4], ARGV[5], ARGV[6]
local message = base .. 'm:' .. token
local pending = message .. ':refs'
local waiting, settled = base .. 'q:' .. queue .. ':waiting', base .. 'q:' .. queue .. ':settled'

if redis.call('EXISTS', message) == 0 then
  redis.call('HSET', message, 'id', message_id, 'queue', queue)
  for i = 7, #ARGV do
    local ref = base .. 'r:' .. ARGV[i]
    local is_settled = redis.call('EXISTS', ref .. ':done') == 1 and redis.call('EXISTS', ref .. ':revs') == 0
    if not is_settled then
      redis.call('SADD', pending, ARGV[i])
      redis.call('SADD', ref .. ':messages', token)
    end
  end
end
redis.call('HSET', message, 'handle', handle, 'receivedAt', received_at)

for _, ref in ipairs(redis.call('SMEMBERS', pending)) do
  redis.call('PEXPIRE', base .. 'r:' .. ref .. ':messages', ttl)
end
redis.call('PEXPIRE', message, ttl)
redis.call('PEXPIRE', pending, ttl)
local count = redis.call('SCARD', pending)
local list, other = waiting, settled
if count == 0 then list, other = settled, waiting end
redis.call('ZREM', other, token)
redis.call('ZADD', list, received_at, token)
redis.call('PEXPIRE', list, ttl)
return count
