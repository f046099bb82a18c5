--[[
  Adds a case to the incident of an alert, or takes it away. A case that is there
  keeps its place; an alert that is not known changes nothing.

    KEYS[1]  base  as in incidents-link.lua
    ARGV[1]  TTL in ms
    ARGV[2]  fingerprint
    ARGV[3]  `add` or `remove`
    ARGV[4]  id of the case
    ARGV[5]  its number; '' to remove

  Returns 1 when the incident's cases changed, else 0.
]]
local base, ttl, fingerprint, change, id, number = KEYS[1], ARGV[1], ARGV[2], ARGV[3], ARGV[4], ARGV[5]

local label = redis.call('HGET', base .. 'n:' .. fingerprint, 'label')
if not label then
  return 0
end
local cases = base .. 'c:' .. label
for _, text in ipairs(redis.call('LRANGE', cases, 0, -1)) do
  if string.match(text, '^%S* (.*)$') == id then
    if change == 'add' then
      return 0
    end
    redis.call('LREM', cases, 0, text)
    return 1
  end
end
if change == 'remove' then
  return 0
end
redis.call('RPUSH', cases, number .. ' ' .. id)
redis.call('PEXPIRE', cases, ttl)
return 1
