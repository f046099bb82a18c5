--[[
  Reads members of correlation groups of one shard.

    KEYS[1]  base    as in windows-add.lua
    ARGV  for each group: group, rule (hashes), length of a slice in ms,
          from and to, event times in ms, both included

  Returns for each group `lost` ('' for nothing) and the names of its members in the range.
]]
local base = KEYS[1]
local result = {}
for at = 1, #ARGV, 5 do
  local group, rule, slice = ARGV[at], ARGV[at + 1], tonumber(ARGV[at + 2])
  local from, to = ARGV[at + 3], ARGV[at + 4]
  local found = { redis.call('GET', base .. 'l:' .. rule) or '' }
  for _, number in ipairs(redis.call('SMEMBERS', base .. group .. ':s')) do
    local start = tonumber(number) * slice
    if start <= tonumber(to) and start + slice > tonumber(from) then
      local names = redis.call('ZRANGEBYSCORE', base .. group .. ':' .. number .. ':m', from, to)
      for _, name in ipairs(names) do found[#found + 1] = name end
    end
  end
  result[#result + 1] = found
end
return result
