--[[
  Adds members to correlation groups of one shard and returns what may fire.

    KEYS[1]  base    the shard's base; to it are appended
            <group>:<slice>:m  sorted set, member = id (and value), score = event time in ms
            <group>:<slice>:e  hash, id -> the member as JSON
            <group>:s          set of the group's slices
            <group>:v          sorted set, value -> time it was last seen (mode `values`)
            <group>:i          what a due window must know of its group, JSON
            g:<rule>           sorted set of the rule's groups by their newest event
            l:<rule>           newest event of the groups that were dropped
            due                sorted set, `<group>:<time>` by the time at which it may be decided
            claimed            hash, the same -> number of the claim that asked for it last
    ARGV  how many groups a rule may have, then for each group:
            group, rule (hashes)
            length of a slice, timespan, how long it is kept after this write, ms
            mode: `around`, `members`, `values`, `later` or `only`
            from so many the condition holds (`members`, `values`)
            due so long after the event, ms, and the group as JSON (`later`)
            earliest and latest event time, number of slices, then for each of these, earliest first:
              number of the slice, number of members, then, each time by time,
              for each member: event time in ms, name (its id; mode `values`: and the value)
              for each member: id, JSON
              mode `values`, for each member: event time in ms, value
            An id stands once in a slice.

  Returns for each group `lost` ('' for nothing) and the JSON texts of members:
  `around`: those from one timespan before the first added to one after the last;
  `members`, `values`: those of these that are in a window which holds so many
  members or different values; `later` and `only`: none. Then, last, rule and
  number for each rule that lost groups.
  The same id twice is one member, so a retried job is harmless. Reads no clock.
]]
local base = KEYS[1]
local argument = 1

local function take()
  local value = ARGV[argument]
  argument = argument + 1
  return value
end

-- Lua would write a large number as 1.7e+12.
local function whole(number)
  return string.format('%.0f', number)
end

-- In portions: Lua passes only some thousand arguments at once.
local function portions(list, size, call)
  for first = 1, #list, size do
    call(unpack(list, first, math.min(first + size - 1, #list)))
  end
end

local function eachSlice(group, from, to, visit)
  for slice = math.floor(from / group.slice), math.floor(to / group.slice) do
    visit(base .. group.name .. ':' .. whole(slice))
  end
end

-- Arguments from first to last, in portions that the stack holds.
local function pass(first, last, call)
  local sum = 0
  for at = first, last, 2000 do sum = sum + call(unpack(ARGV, at, math.min(at + 1999, last))) end
  return sum
end

-- Another reading of an event that is known stays the one whose text is smaller, whatever came first.
local function keepSmaller(key, id, text)
  if text < redis.call('HGET', key, id) then redis.call('HSET', key, id, text) end
end

-- Returns which members are new; `nil`: all of them.
local function addTexts(key, first, count)
  local fresh
  for at = 0, count - 1 do
    local id, text = ARGV[first + 2 * at], ARGV[first + 2 * at + 1]
    if redis.call('HSETNX', key, id, text) == 0 then
      if fresh == nil then
        fresh = {}
        for before = 0, at - 1 do fresh[before] = true end
      end
      keepSmaller(key, id, text)
    elseif fresh then
      fresh[at] = true
    end
  end
  return fresh
end

-- What is counted by value must not count an event twice because its value is read otherwise the second time.
local function addValued(key, names, texts, count)
  local fresh = addTexts(key .. ':e', texts, count)
  local zadd = function(...) return redis.call('ZADD', key .. ':m', ...) end
  if fresh == nil then return pass(names, names + 2 * count - 1, zadd) end
  for at = 0, count - 1 do
    if fresh[at] then zadd(ARGV[names + 2 * at], ARGV[names + 2 * at + 1]) end
  end
end

local function addNamed(key, names, texts, count)
  local added = pass(names, names + 2 * count - 1, function(...) return redis.call('ZADD', key .. ':m', 'NX', ...) end)
  if added < count then addTexts(key .. ':e', texts, count)
  else pass(texts, texts + 2 * count - 1, function(...) return redis.call('HSET', key .. ':e', ...) end) end
end

-- Returns runs of arguments: position of the first and number of `time, …` pairs.
local function addMembers(group, slices)
  local runs = {}
  for _ = 1, slices do
    local slice, count = take(), tonumber(take())
    local key, names = base .. group.name .. ':' .. slice, argument
    local texts, pairsAt = names + 2 * count, names
    argument = texts + 2 * count
    if group.mode == 'values' then
      addValued(key, names, texts, count)
      pairsAt = argument
      argument = argument + 2 * count
    else
      addNamed(key, names, texts, count)
    end
    runs[#runs + 1] = { first = pairsAt, count = count }
    redis.call('SADD', base .. group.name .. ':s', slice)
    redis.call('PEXPIRE', key .. ':m', group.keep)
    redis.call('PEXPIRE', key .. ':e', group.keep)
  end
  if slices > 0 then redis.call('PEXPIRE', base .. group.name .. ':s', group.keep) end
  return runs
end

-- A value is part of the member's name and ends it, after a line break of its own; an id has one line break.
local function idOf(name)
  return string.match(name, '^([^\n]*\n[^\n]*)') or name
end

local function read(group, from, to, into)
  eachSlice(group, from, to, function(key)
    local names = redis.call('ZRANGEBYSCORE', key .. ':m', whole(from), whole(to))
    for at, name in ipairs(names) do names[at] = idOf(name) end
    portions(names, 500, function(...)
      for _, text in ipairs(redis.call('HMGET', key .. ':e', ...)) do
        if text then into[#into + 1] = text end
      end
    end)
  end)
end

local function countMembers(group, from, to)
  local count = 0
  eachSlice(group, from, to, function(key)
    count = count + redis.call('ZCOUNT', key .. ':m', whole(from), whole(to))
  end)
  return count
end

local function namesAndTimes(group, from, to, visit)
  eachSlice(group, from, to, function(key)
    local found = redis.call('ZRANGEBYSCORE', key .. ':m', whole(from), whole(to), 'WITHSCORES')
    for at = 1, #found, 2 do visit(found[at], tonumber(found[at + 1])) end
  end)
end

-- Times whose windows hold enough members.
local function fullByMembers(group, from, to)
  local full, last = {}, nil
  namesAndTimes(group, from, to + group.span, function(_, time)
    if time == last then return end
    last = time
    if countMembers(group, time - group.span, time) >= group.enough then full[#full + 1] = time end
  end)
  return full
end

local function seeValues(key, first, last)
  pass(first, last, function(...) return redis.call('ZADD', key, 'GT', ...) end)
end

-- Input in order: what was seen last within the timespan is what the window holds.
local function fullInOrder(group, key, runs)
  local full = {}
  for _, run in ipairs(runs) do
    local first, stop = run.first, run.first + 2 * run.count
    while first < stop do
      local score, last = ARGV[first], first + 1
      while last + 1 < stop and ARGV[last + 1] == score do last = last + 2 end
      seeValues(key, first, last)
      local time = tonumber(score)
      if redis.call('ZCOUNT', key, whole(time - group.span), '+inf') >= group.enough then full[#full + 1] = time end
      first = last + 1
    end
  end
  return full
end

-- Late input: every window around it is counted again.
local function fullByCounting(group, from, to)
  local seen, counts, distinct, start, full = {}, {}, 0, 1, {}
  namesAndTimes(group, from - group.span, to + group.span, function(name, time)
    seen[#seen + 1] = { time = time, value = string.match(name, '\n[^\n]*\n(.*)$') or '' }
  end)
  for at, member in ipairs(seen) do
    counts[member.value] = (counts[member.value] or 0) + 1
    if counts[member.value] == 1 then distinct = distinct + 1 end
    while seen[start].time < member.time - group.span do
      local value = seen[start].value
      counts[value] = counts[value] - 1
      if counts[value] == 0 then distinct = distinct - 1 end
      start = start + 1
    end
    local isLast = seen[at + 1] == nil or seen[at + 1].time > member.time
    if isLast and member.time >= from and distinct >= group.enough then full[#full + 1] = member.time end
  end
  return full
end

local function fullByValues(group, from, to, runs)
  local key = base .. group.name .. ':v'
  local newest = redis.call('ZREVRANGE', key, 0, 0, 'WITHSCORES')[2]
  local full
  if newest == nil or from >= tonumber(newest) then
    full = fullInOrder(group, key, runs)
    -- Only windows from here on are counted by it.
    redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. whole(to - group.span))
  else
    for _, run in ipairs(runs) do seeValues(key, run.first, run.first + 2 * run.count - 1) end
    if countMembers(group, from - group.span, to + group.span) < group.enough then full = {}
    else full = fullByCounting(group, from, to) end
  end
  redis.call('PEXPIRE', key, group.keep)
  return full
end

local function readWindows(group, times, into)
  local from, to
  for _, time in ipairs(times) do
    if to == nil or time - group.span > to then
      if to then read(group, from, to, into) end
      from = time - group.span
    end
    to = time
  end
  if to then read(group, from, to, into) end
end

local function find(group, runs, into)
  if #runs == 0 then return end
  local from, to = group.from, group.to
  if group.mode == 'around' then
    read(group, from - group.span, to + group.span, into)
  elseif group.mode == 'members' then
    if countMembers(group, from - group.span, to + group.span) < group.enough then return end
    readWindows(group, fullByMembers(group, from, to), into)
  elseif group.mode == 'values' then
    readWindows(group, fullByValues(group, from, to, runs), into)
  end
end

local function remind(group, runs)
  if #runs == 0 or group.mode ~= 'later' then return end
  redis.call('SET', base .. group.name .. ':i', group.info, 'PX', group.keep)
  for _, run in ipairs(runs) do
    for at = run.first, run.first + 2 * run.count - 1, 2 do
      local name = group.name .. ':' .. ARGV[at]
      redis.call('ZADD', base .. 'due', whole(tonumber(ARGV[at]) + group.after), name)
      redis.call('HDEL', base .. 'claimed', name)
    end
  end
  redis.call('PEXPIRE', base .. 'due', group.keep, 'NX')
  redis.call('PEXPIRE', base .. 'due', group.keep, 'GT')
end

-- The group whose newest event is oldest, then by name. One that its TTL took is no loss.
local function dropGroups(rule, keep, limit)
  local index = base .. 'g:' .. rule
  local excess = redis.call('ZCARD', index) - limit
  if excess <= 0 then return 0 end
  local dropped, lost = 0, tonumber(redis.call('GET', base .. 'l:' .. rule) or '')
  local popped = redis.call('ZPOPMIN', index, excess)
  for at = 1, #popped, 2 do
    local name, newest = base .. popped[at], tonumber(popped[at + 1])
    local slices = redis.call('SMEMBERS', name .. ':s')
    for _, slice in ipairs(slices) do redis.call('UNLINK', name .. ':' .. slice .. ':m', name .. ':' .. slice .. ':e') end
    if #slices > 0 then
      redis.call('UNLINK', name .. ':s', name .. ':v', name .. ':i')
      dropped = dropped + 1
      if lost == nil or newest > lost then lost = newest end
    end
  end
  if dropped > 0 then redis.call('SET', base .. 'l:' .. rule, whole(lost), 'PX', keep) end
  return dropped
end

local limit = tonumber(take())
local result, rules = {}, {}
while argument <= #ARGV do
  local group = {
    name = take(),
    rule = take(),
    slice = tonumber(take()),
    span = tonumber(take()),
    keep = take(),
    mode = take(),
    enough = tonumber(take()),
    after = tonumber(take()),
    info = take(),
    from = tonumber(take()),
    to = tonumber(take()),
  }
  local runs = addMembers(group, tonumber(take()))
  local found = { redis.call('GET', base .. 'l:' .. group.rule) or '' }
  find(group, runs, found)
  remind(group, runs)
  if #runs > 0 then
    redis.call('ZADD', base .. 'g:' .. group.rule, 'GT', whole(group.to), group.name)
    rules[group.rule] = group.keep
  end
  result[#result + 1] = found
end
local losses = {}
for rule, keep in pairs(rules) do
  redis.call('PEXPIRE', base .. 'g:' .. rule, keep)
  local dropped = dropGroups(rule, keep, limit)
  if dropped > 0 then
    losses[#losses + 1] = rule
    losses[#losses + 1] = dropped
  end
end
result[#result + 1] = losses
return result
