--[[
  Adds members to correlation groups of one shard and returns what lies around them.

    KEYS  for each group, for each of its slices of time, earliest first:
            members   sorted set, member = id, score = event time in ms
            evidence  hash, id -> the member as JSON
    ARGV  for each group:
            number of slices
            how long a slice is kept after this write, ms
            from, to: event times of the range to return, both included
            number of members, then for each of them:
              slice (0 = the group's first), id, event time in ms, JSON

  Returns for each group the JSON texts of all members within the range.
  The same id twice is one member, so a retried job is harmless. Reads no clock.
]]
local argument, key = 1, 0

local function take()
  local value = ARGV[argument]
  argument = argument + 1
  return value
end

local function read(from, to, members, evidence, into)
  local ids = redis.call('ZRANGEBYSCORE', members, from, to)
  -- In portions: Lua passes only some thousand arguments at once.
  for first = 1, #ids, 500 do
    local texts = redis.call('HMGET', evidence, unpack(ids, first, math.min(first + 499, #ids)))
    for _, text in ipairs(texts) do
      if text then into[#into + 1] = text end
    end
  end
end

local result = {}
while argument <= #ARGV do
  local slices, keep, from, to = tonumber(take()), take(), take(), take()
  local written = {}
  for _ = 1, tonumber(take()) do
    local slice, id, time, text = tonumber(take()), take(), take(), take()
    redis.call('ZADD', KEYS[key + 2 * slice + 1], 'NX', time, id)
    redis.call('HSETNX', KEYS[key + 2 * slice + 2], id, text)
    written[slice] = true
  end
  local found = {}
  for slice = 0, slices - 1 do
    local members, evidence = KEYS[key + 2 * slice + 1], KEYS[key + 2 * slice + 2]
    if written[slice] then
      redis.call('PEXPIRE', members, keep)
      redis.call('PEXPIRE', evidence, keep)
    end
    read(from, to, members, evidence, found)
  end
  key = key + 2 * slices
  result[#result + 1] = found
end
return result
