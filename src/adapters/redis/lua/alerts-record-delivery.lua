--[[
  Notes what TheHive has of an alert. Never lowers the delivered revision; an
  alert that is not stored any more is not brought back.

    KEYS[1]  alert        hash: alert, revision, delivered, deliveredRevision
    KEYS[2]  undelivered  sorted set of fingerprints
    ARGV[1]  delivered revision
    ARGV[2]  what was delivered, as JSON
    ARGV[3]  fingerprint

  Returns 1 when noted, else 0.
]]
local alert, undelivered = KEYS[1], KEYS[2]
local delivered = tonumber(ARGV[1])

local revision = redis.call('HGET', alert, 'revision')
if not revision then
  return 0
end
if tonumber(redis.call('HGET', alert, 'deliveredRevision') or 0) > delivered then
  return 0
end
redis.call('HSET', alert, 'delivered', ARGV[2], 'deliveredRevision', delivered)
if delivered >= tonumber(revision) then
  redis.call('ZREM', undelivered, ARGV[3])
end
return 1
