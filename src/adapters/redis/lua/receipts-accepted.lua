--[[
  TheHive, or the journal, has an alert up to and including a revision.

    KEYS[1]  base     every other key is this and a suffix (one slot)
    ARGV[1]  fingerprint
    ARGV[2]  revision
    ARGV[3]  TTL in ms
    ARGV[4]  how long a settled ref is remembered, ms

  Keys as in receipts-open.lua and receipts-stages-done.lua.

  Returns the number of refs that this settled.
  The accepted revision never falls and is remembered, so that a job that says later what
  it waits for does not wait for what is there. Repeating the call changes nothing.
]]
local base, fingerprint_id = KEYS[1], ARGV[1]
local revision, ttl, remember = tonumber(ARGV[2]), ARGV[3], ARGV[4]
local fingerprint = base .. 'f:' .. fingerprint_id
local before = tonumber(redis.call('GET', fingerprint .. ':accepted') or '0')
if before > revision then revision = before end
redis.call('SET', fingerprint .. ':accepted', revision, 'PX', ttl)

local function settle(ref_id)
  local ref = base .. 'r:' .. ref_id
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
  redis.call('SET', ref .. ':done', '1', 'PX', remember)
end

local settled = 0
for _, ref_id in ipairs(redis.call('SMEMBERS', fingerprint .. ':refs')) do
  local revs = base .. 'r:' .. ref_id .. ':revs'
  local wanted = tonumber(redis.call('HGET', revs, fingerprint_id) or '0')
  if wanted <= revision then
    redis.call('HDEL', revs, fingerprint_id)
    redis.call('SREM', fingerprint .. ':refs', ref_id)
    if wanted > 0 and redis.call('EXISTS', revs) == 0 then
      settle(ref_id)
      settled = settled + 1
    end
  end
end
return settled
