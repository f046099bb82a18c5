--[[
  Adds a dead letter, or raises tries and last time of one that is there.

    KEYS[1]  index    sorted set, member = token, score = last time in ms
    KEYS[2]  items    <items><token> hash: letter (JSON), attempts, firstAt, lastAt
    ARGV[1]  token    hash of the letter's id
    ARGV[2]  the letter as JSON, without tries and times
    ARGV[3]  attempts
    ARGV[4]  first time in ms
    ARGV[5]  last time in ms
    ARGV[6]  TTL in ms
    ARGV[7]  how many letters are kept, the newest

  Returns the attempts that are stored now.
  The text is the latest one. The same call twice changes nothing.
]]
local index, items, token = KEYS[1], KEYS[2], ARGV[1]
local item = items .. token
local attempts, first_at, last_at = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])
local ttl, limit = ARGV[6], tonumber(ARGV[7])
local known = redis.call('HMGET', item, 'attempts', 'firstAt', 'lastAt')
if known[1] then
  attempts = math.max(attempts, tonumber(known[1]))
  first_at = math.min(first_at, tonumber(known[2]))
  last_at = math.max(last_at, tonumber(known[3]))
end
redis.call('HSET', item, 'letter', ARGV[2], 'attempts', attempts,
  'firstAt', string.format('%.0f', first_at), 'lastAt', string.format('%.0f', last_at))
redis.call('PEXPIRE', item, ttl)
redis.call('ZADD', index, string.format('%.0f', last_at), token)
for _, oldest in ipairs(redis.call('ZRANGE', index, 0, -limit - 1)) do
  redis.call('ZREM', index, oldest)
  redis.call('DEL', items .. oldest)
end
redis.call('PEXPIRE', index, ttl)
return attempts
