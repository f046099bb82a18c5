--[[
  Writes an alert's content as its next revision, if nobody else wrote meanwhile.

    KEYS[1]  alert        hash: alert, revision, delivered, deliveredRevision
    KEYS[2]  members      sorted set of its events; only its TTL is renewed
    KEYS[3]  undelivered  sorted set of fingerprints, score = first event in ms
    ARGV[1]  TTL in ms
    ARGV[2]  expected revision, 0 for none
    ARGV[3]  the alert as JSON
    ARGV[4]  fingerprint
    ARGV[5]  first event in ms

  Returns 1 when written, 0 when the stored revision is another.
]]
local alert, members, undelivered = KEYS[1], KEYS[2], KEYS[3]
local ttl, expected = ARGV[1], tonumber(ARGV[2])

if tonumber(redis.call('HGET', alert, 'revision') or 0) ~= expected then
  return 0
end
redis.call('HSET', alert, 'alert', ARGV[3], 'revision', expected + 1)
redis.call('ZADD', undelivered, ARGV[5], ARGV[4])
redis.call('PEXPIRE', alert, ttl)
redis.call('PEXPIRE', members, ttl)
redis.call('PEXPIRE', undelivered, ttl)
return 1
