--[[
  Stores a suppression. A new life of it (another time of creation) counts its
  hits from nothing.

    KEYS[1]  entries  hash, id -> `createdAt JSON`
    KEYS[2]  hits     set of finding ids of this suppression
    ARGV[1]  TTL in ms
    ARGV[2]  id
    ARGV[3]  time of creation, epoch ms
    ARGV[4]  the suppression as JSON

  Returns 1.
]]
local entries, hits, ttl, id, createdAt = KEYS[1], KEYS[2], ARGV[1], ARGV[2], ARGV[3]

local known = redis.call('HGET', entries, id)
if known and string.match(known, '^%S*') ~= createdAt then
  redis.call('DEL', hits)
end
redis.call('HSET', entries, id, createdAt .. ' ' .. ARGV[4])
redis.call('PEXPIRE', entries, ttl)
redis.call('PEXPIRE', hits, ttl)
return 1
