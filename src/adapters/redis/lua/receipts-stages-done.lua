--[[
  The stages of a ref are done; it now waits for revisions of alerts, or is settled.

    KEYS[1]  base     every other key is this and a suffix (one slot)
    ARGV[1]  ref id
    ARGV[2]  TTL in ms
    ARGV[3]  how long a settled ref is remembered, ms
    ARGV[4…] pairs of fingerprint and revision

  Keys as in receipts-open.lua, and f:<fingerprint>:accepted (highest accepted revision),
  f:<fingerprint>:refs (set of refs that wait for it).

  Returns 1 where the ref is settled, else 0.
  A revision that was accepted before is not waited for. Called again (a job ran twice),
  revisions add to those that are waited for; the higher one stays.
]]
local base, ref_id, ttl, remember = KEYS[1], ARGV[1], ARGV[2], ARGV[3]
local ref = base .. 'r:' .. ref_id
local revs = ref .. ':revs'

for i = 4, #ARGV, 2 do
  local fingerprint, revision = base .. 'f:' .. ARGV[i], tonumber(ARGV[i + 1])
  local accepted = tonumber(redis.call('GET', fingerprint .. ':accepted') or '0')
  local known = tonumber(redis.call('HGET', revs, ARGV[i]) or '0')
  if revision > accepted and revision > known then
    redis.call('HSET', revs, ARGV[i], revision)
    redis.call('SADD', fingerprint .. ':refs', ref_id)
    redis.call('PEXPIRE', fingerprint .. ':refs', ttl)
  end
end

if redis.call('EXISTS', revs) == 1 then
  redis.call('PEXPIRE', revs, ttl)
  redis.call('SET', ref .. ':done', '1', 'PX', ttl)
  return 0
end

redis.call('SET', ref .. ':done', '1', 'PX', remember)
for _, token in ipairs(redis.call('SMEMBERS', ref .. ':messages')) do
  local message = base .. 'm:' .. token
  redis.call('SREM', message .. ':refs', ref_id)
  if redis.call('SCARD', message .. ':refs') == 0 and redis.call('EXISTS', message) == 1 then
    local queue = base .. 'q:' .. redis.call('HGET', message, 'queue')
    local score = redis.call('HGET', message, 'receivedAt')
    redis.call('ZREM', queue .. ':waiting', token)
    redis.call('ZADD', queue .. ':settled', score, token)
    redis.call('PEXPIRE', queue .. ':settled', ttl)
  end
end
redis.call('DEL', ref .. ':messages')
return 1
