--[[
  Notes that the alert of a silence is safe: the group is not looked at again
  until an event comes.

    KEYS[1]  base     as in heartbeats-beat.lua
    ARGV[1]  rule (hash), ARGV[2] group
    ARGV[3]  start of the silence in ms

  Returns 1 when noted, 0 where the group's silence is another.
]]
local key = KEYS[1] .. ARGV[1] .. ':g:' .. ARGV[2]
local known = redis.call('HMGET', key, 'silenceStart', 'endTime')
if known[1] ~= ARGV[3] then
  return 0
end
redis.call('HSET', key, 'told', '1')
if not known[2] then
  redis.call('ZREM', KEYS[1] .. ARGV[1] .. ':i', ARGV[2])
end
return 1
