--[[
  Reads groups of a heartbeat rule.

    KEYS[1]  base     as in heartbeats-beat.lua
    ARGV[1]  rule (hash)
    ARGV[2]  ms of a slot; ARGV[3] slots of a week; ARGV[4] weeks of rhythm besides the last event's; -1: none
    ARGV[5…] groups (hashes)

  Returns for each group that is stored { group, names, queue, first, last,
  silence, end, past, told, then number and bits (as hex) of each week }; '' for what is not there.
]]
local base, rule = KEYS[1], ARGV[1]
local slot_ms, week_slots, weeks = tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local answer = {}

local function hex(bits)
  return (string.gsub(bits, '.', function(byte) return string.format('%02x', string.byte(byte)) end))
end

for at = 5, #ARGV do
  local group = ARGV[at]
  local found = redis.call('HMGET', base .. rule .. ':g:' .. group,
    'names', 'queue', 'first', 'last', 'silence', 'end', 'past', 'told', 'lastTime')
  if found[1] then
    local row = { group }
    for field = 1, 8 do row[#row + 1] = found[field] or '' end
    local last = math.floor(tonumber(found[9]) / slot_ms / week_slots)
    for week = last - weeks, last do
      local name = string.format('%.0f', week)
      local bits = redis.call('GET', base .. rule .. ':s:' .. group .. ':' .. name)
      if bits then
        row[#row + 1] = name
        row[#row + 1] = hex(bits)
      end
    end
    answer[#answer + 1] = row
  end
end
return answer
