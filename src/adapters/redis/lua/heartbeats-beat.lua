--[[
  Notes events of groups that heartbeat rules of one shard watch.

    KEYS[1]  base     the script appends, with <rule> and <group> as hashes:
               <rule>:i            sorted set of the groups that may fall silent, score = last event in ms
               <rule>:a            sorted set of all groups, the same score
               <rule>:g:<group>    hash: names, queue, first, lastTime, lastKey, last (JSON), past (starts),
                                   silence (JSON), silenceStart, endTime, endKey, end (JSON), told
               <rule>:s:<group>:<week>  bits: slot of the week -> an event was seen
    ARGV[1]  TTL in ms of groups; ARGV[2] of weeks
    ARGV[3]  groups of a rule that are watched
    ARGV[4]  ms of a slot; ARGV[5] slots of a week
    ARGV[6…] for each group: rule, group, names (JSON), queue, number of events,
             then for each event: time in ms, key, JSON

  Returns { groups refused, position of each group (from 0) whose silence ends
  with one of the events, … }: again where the same events come again.
]]
local base, ttl, week_ttl, limit = KEYS[1], ARGV[1], ARGV[2], tonumber(ARGV[3])
local slot_ms, week_slots = tonumber(ARGV[4]), tonumber(ARGV[5])
local argument = 6

local function take()
  local value = ARGV[argument]
  argument = argument + 1
  return value
end

local function is_later(time, key, than_time, than_key)
  if time ~= than_time then return time > than_time end
  return key > than_key
end

-- A full rule makes room for a new group only where an old one has expired.
local function has_room(rule)
  local all = base .. rule .. ':a'
  if redis.call('ZCARD', all) < limit then return true end
  for _, group in ipairs(redis.call('ZRANGE', all, 0, 99)) do
    if redis.call('EXISTS', base .. rule .. ':g:' .. group) == 0 then
      redis.call('ZREM', all, group)
      redis.call('ZREM', base .. rule .. ':i', group)
    end
  end
  return redis.call('ZCARD', all) < limit
end

local answer, refused, position = { 0 }, 0, 0
while argument <= #ARGV do
  local rule, group, names, queue, count = take(), take(), take(), take(), tonumber(take())
  local key = base .. rule .. ':g:' .. group
  if redis.call('EXISTS', key) == 0 and not has_room(rule) then
    refused = refused + 1
    argument = argument + 3 * count
  else
    local known = redis.call('HMGET', key, 'first', 'lastTime', 'lastKey', 'silenceStart', 'endTime', 'endKey')
    local first, last_time, last_key = tonumber(known[1]), tonumber(known[2]), known[3]
    local start, end_time, end_key = tonumber(known[4] or ''), tonumber(known[5] or ''), known[6]
    local ended = false
    for _ = 1, count do
      local time_text, event_key, text = take(), take(), take()
      local time = tonumber(time_text)
      local slot = math.floor(time / slot_ms)
      local week = math.floor(slot / week_slots)
      local bits = base .. rule .. ':s:' .. group .. ':' .. string.format('%.0f', week)
      redis.call('SETBIT', bits, slot - week * week_slots, 1)
      redis.call('PEXPIRE', bits, week_ttl)
      if not first or time < first then
        first = time
        redis.call('HSET', key, 'first', time_text)
      end
      if not last_time or is_later(time, event_key, last_time, last_key) then
        last_time, last_key = time, event_key
        redis.call('HSET', key, 'lastTime', time_text, 'lastKey', event_key, 'last', text)
      end
      if start and time > start and (not end_time or not is_later(time, event_key, end_time, end_key)) then
        end_time, end_key, ended = time, event_key, true
        redis.call('HSET', key, 'endTime', time_text, 'endKey', event_key, 'end', text)
      end
    end
    redis.call('HSET', key, 'names', names, 'queue', queue)
    redis.call('ZADD', base .. rule .. ':a', string.format('%.0f', last_time), group)
    if not start or end_time or redis.call('HGET', key, 'told') ~= '1' then
      redis.call('ZADD', base .. rule .. ':i', string.format('%.0f', last_time), group)
    end
    redis.call('PEXPIRE', key, ttl)
    redis.call('PEXPIRE', base .. rule .. ':a', ttl)
    redis.call('PEXPIRE', base .. rule .. ':i', ttl)
    if ended then answer[#answer + 1] = position end
  end
  position = position + 1
end
answer[1] = refused
return answer
