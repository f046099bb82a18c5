--[[
  Notes which values the groups of baseline rules of one shard showed.

    KEYS[1]  base     the script appends, with <rule>, <group> and <value> as hashes:
               <rule>:a          sorted set of groups, score = latest event in ms
               <rule>:g:<group>  first event of the group in ms
               <rule>:r:<group>  hash: value -> its runs, `start startKey end`, earliest first, `;` between
               <rule>:f:<group>  sorted set of values, score = start of the first run that is kept
    ARGV[1]  groups of a rule that one shard watches; ARGV[2] values of a group; ARGV[3] runs of a value
    ARGV[4…] for each sighting: rule, group, value, start in ms, hash of the first event's key,
             end in ms, ms that the rule remembers, TTL in ms

  Returns for each sighting { start, startKey, end of the run that it is part of,
  first event of the group, number of other values seen before the run }, or {}
  where a bound refused it. All are added before the first is answered, so their
  order does not matter; the same again changes nothing.
]]
local base = KEYS[1]
local groups_limit, values_limit, runs_limit = tonumber(ARGV[1]), tonumber(ARGV[2]), tonumber(ARGV[3])
local SIZE = 8

local function text(number) return string.format('%.0f', number) end

local function read(sighting)
  local rule, group = ARGV[sighting], ARGV[sighting + 1]
  return {
    group = group, value = ARGV[sighting + 2],
    start = tonumber(ARGV[sighting + 3]), key = ARGV[sighting + 4], finish = tonumber(ARGV[sighting + 5]),
    memory = tonumber(ARGV[sighting + 6]), ttl = ARGV[sighting + 7],
    all = base .. rule .. ':a', since = base .. rule .. ':g:' .. group,
    runs = base .. rule .. ':r:' .. group, firsts = base .. rule .. ':f:' .. group, rule = rule,
  }
end

local function runs_of(stored)
  local runs = {}
  for start, key, finish in string.gmatch(stored or '', '(%d+) (%x+) (%d+)') do
    runs[#runs + 1] = { start = tonumber(start), key = key, finish = tonumber(finish) }
  end
  return runs
end

local function stored_runs(runs)
  local texts = {}
  for at = math.max(1, #runs - runs_limit + 1), #runs do
    texts[#texts + 1] = text(runs[at].start) .. ' ' .. runs[at].key .. ' ' .. text(runs[at].finish)
  end
  return table.concat(texts, ';')
end

local function join(runs, s)
  local joined = { start = s.start, key = s.key, finish = s.finish }
  local result = {}
  for _, run in ipairs(runs) do
    if run.start - s.finish <= s.memory and s.start - run.finish <= s.memory then
      if run.start < joined.start or (run.start == joined.start and run.key < joined.key) then
        joined.start, joined.key = run.start, run.key
      end
      joined.finish = math.max(joined.finish, run.finish)
    else
      result[#result + 1] = run
    end
  end
  result[#result + 1] = joined
  table.sort(result, function(a, b) return a.start < b.start end)
  return result
end

-- Groups that have expired make room.
local function has_room_for_group(s)
  if redis.call('EXISTS', s.since) == 1 then return true end
  if redis.call('ZCARD', s.all) < groups_limit then return true end
  for _, group in ipairs(redis.call('ZRANGE', s.all, 0, 99)) do
    if redis.call('EXISTS', base .. s.rule .. ':g:' .. group) == 0 then redis.call('ZREM', s.all, group) end
  end
  return redis.call('ZCARD', s.all) < groups_limit
end

-- Values that the rule would take for new again make room.
local function has_room_for_value(s)
  if redis.call('HLEN', s.runs) < values_limit then return true end
  local fields = redis.call('HGETALL', s.runs)
  for at = 1, #fields, 2 do
    local runs = runs_of(fields[at + 1])
    if #runs > 0 and runs[#runs].finish < s.finish - s.memory then
      redis.call('HDEL', s.runs, fields[at])
      redis.call('ZREM', s.firsts, fields[at])
    end
  end
  return redis.call('HLEN', s.runs) < values_limit
end

local function add(s)
  if not has_room_for_group(s) then return end
  local since = tonumber(redis.call('GET', s.since) or s.start)
  redis.call('SET', s.since, text(math.min(since, s.start)), 'PX', s.ttl)
  redis.call('ZADD', s.all, 'GT', text(s.finish), s.group)
  redis.call('PEXPIRE', s.all, s.ttl)
  local stored = redis.call('HGET', s.runs, s.value)
  if stored or has_room_for_value(s) then
    local kept = stored_runs(join(runs_of(stored), s))
    redis.call('HSET', s.runs, s.value, kept)
    redis.call('ZADD', s.firsts, text(runs_of(kept)[1].start), s.value)
  end
  redis.call('PEXPIRE', s.runs, s.ttl)
  redis.call('PEXPIRE', s.firsts, s.ttl)
end

local function answer(s)
  for _, run in ipairs(runs_of(redis.call('HGET', s.runs, s.value))) do
    if run.start <= s.start and s.finish <= run.finish then
      -- Its own value is not before it: the earliest run that is kept starts at or before this one.
      local before = redis.call('ZCOUNT', s.firsts, '-inf', '(' .. text(run.start))
      local own = tonumber(redis.call('ZSCORE', s.firsts, s.value) or run.start)
      if own < run.start then before = before - 1 end
      return { text(run.start), run.key, text(run.finish), redis.call('GET', s.since) or text(s.start), text(before) }
    end
  end
  return {}
end

for at = 4, #ARGV, SIZE do add(read(at)) end
local answers = {}
for at = 4, #ARGV, SIZE do answers[#answers + 1] = answer(read(at)) end
return answers
