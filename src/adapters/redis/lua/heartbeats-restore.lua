--[[
  Puts groups of a heartbeat rule back.

    KEYS[1]  base     as in heartbeats-beat.lua
    ARGV[1]  rule (hash)
    ARGV[2]  TTL in ms of groups; ARGV[3] of weeks
    ARGV[4]  groups of a rule that are watched
    ARGV[5…] for each group: group, names (JSON), queue, first, time, key and JSON of the last event,
             start and JSON of the silence, time, key and JSON of the event after it ('' where there is none),
             1 where it was told, else 0; starts of past silences, number of weeks,
             then for each: number, bits as hex

  Returns how many were refused. Of a group that is stored already only the rhythm
  and the first event are joined; the same again changes nothing.
]]
local base, rule, ttl, week_ttl, limit = KEYS[1], ARGV[1], ARGV[2], ARGV[3], tonumber(ARGV[4])
local all, silent = base .. rule .. ':a', base .. rule .. ':i'
local argument, refused = 5, 0

local function take()
  local value = ARGV[argument]
  argument = argument + 1
  return value
end

local function join_week(key, hex)
  local known, bytes = redis.call('GET', key) or '', {}
  for at = 1, math.max(#hex / 2, #known) do
    local added = tonumber(string.sub(hex, 2 * at - 1, 2 * at), 16) or 0
    bytes[at] = string.char(bit.bor(added, string.byte(known, at) or 0))
  end
  redis.call('SET', key, table.concat(bytes), 'PX', week_ttl)
end

while argument <= #ARGV do
  local group, names, queue, first = take(), take(), take(), take()
  local last_time, last_key, last = take(), take(), take()
  local start, silence, end_time, end_key, ended = take(), take(), take(), take(), take()
  local told, past, weeks = take(), take(), tonumber(take())
  local key = base .. rule .. ':g:' .. group
  local exists = redis.call('EXISTS', key) == 1
  if not exists and redis.call('ZCARD', all) >= limit then
    refused = refused + 1
    argument = argument + 2 * weeks
  else
    if exists then
      local known = tonumber(redis.call('HGET', key, 'first') or '')
      if known and tonumber(first) < known then redis.call('HSET', key, 'first', first) end
    else
      redis.call('HSET', key, 'names', names, 'queue', queue, 'first', first,
        'lastTime', last_time, 'lastKey', last_key, 'last', last, 'past', past)
      if start ~= '' then redis.call('HSET', key, 'silence', silence, 'silenceStart', start, 'told', told) end
      if end_time ~= '' then redis.call('HSET', key, 'endTime', end_time, 'endKey', end_key, 'end', ended) end
      redis.call('ZADD', all, last_time, group)
      if start == '' or end_time ~= '' or told ~= '1' then redis.call('ZADD', silent, last_time, group) end
    end
    for _ = 1, weeks do
      local week, hex = take(), take()
      join_week(base .. rule .. ':s:' .. group .. ':' .. week, hex)
    end
    redis.call('PEXPIRE', key, ttl)
    redis.call('PEXPIRE', all, ttl)
    redis.call('PEXPIRE', silent, ttl)
  end
end
return refused
