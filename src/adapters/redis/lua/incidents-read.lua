--[[
  Reads the incident of an alert.

    KEYS[1]  base  as in incidents-link.lua
    ARGV[1]  fingerprint

  Returns { id, first of the incident, fingerprints, cases }, or {} where the
  alert is not known.
]]
local base = KEYS[1]

local label = redis.call('HGET', base .. 'n:' .. ARGV[1], 'label')
if not label then
  return {}
end
local eldest = redis.call('ZRANGE', base .. 'm:' .. label, 0, 0, 'WITHSCORES')
return {
  eldest[1] or label,
  eldest[2] or '0',
  redis.call('ZRANGE', base .. 'm:' .. label, 0, -1),
  redis.call('LRANGE', base .. 'c:' .. label, 0, -1),
}
