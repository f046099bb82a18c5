--[[
  Adds members to correlation groups of one shard and returns what may fire.

    KEYS[1]  base    the shard's base; to it are appended
            <group>:<slice>:m  sorted set, member = name (below), score = event time in ms
            <group>:s          set of the group's slices
            <group>:v:<span>   sorted set, value -> time it was last seen (`values`, large groups only)
            <group>:i          what a due window must know of its group, JSON
            g:<rule>           sorted set of the rule's groups by their newest event
            l:<rule>           newest event of the groups that were dropped
            due                sorted set, `<group>:<time>` by the time at which it may be decided
            claimed            hash, the same -> number of the claim that asked for it last
    ARGV[1]  how many groups a rule may have
    ARGV[2…] sections:
            rule, length of a slice, timespan, how long it is kept after this write (ms),
            mode: `around`, `members`, `values`, `later` or `only` (only adds),
            from so many the condition holds (`members`, `values`), due so long after the event, ms (`later`),
            number of groups, then for each:
              group, the group as JSON (`later`), number of slices, then for each of these, earliest first:
                its number, number of members, then for each, by time: event time in ms, name

  A name is `<id>\n<value>\n<JSON of the member>`, and the id has one line break.
  So the same event again is the same member, and a retried job is harmless. Of
  another reading of an event both stay; who reads them chooses. Until then an
  event may count twice, which only makes a window be looked at.

  Returns for each group with something to tell { its place in the call, `lost`
  ('' for nothing), { names of members } }: `around`, those from one timespan before the
  first added to one after the last; `members`, `values`, those of these that are in
  a window which holds so many members or different values. Then, last, rule and
  number for each rule that lost groups. Reads no clock.
]]
local base, at = KEYS[1], 2
-- Lua passes only some thousand arguments at once.
local PORTION = 500

-- Lua would write a large number as 1.7e+12.
local function whole(number)
  return string.format('%.0f', number)
end

local function eachSlice(group, from, to, visit)
  local length = group.rule.slice
  for slice = math.floor(from / length), math.floor(to / length) do visit(group.key .. whole(slice) .. ':m') end
end

-- Calls with the arguments from first to last, in portions; returns the sum.
local function pass(first, last, call, key)
  local sum = 0
  for start = first, last, 2 * PORTION do
    sum = sum + redis.call(call, key, unpack(ARGV, start, math.min(start + 2 * PORTION - 1, last)))
  end
  return sum
end

-- Returns where the slice begins and ends among the arguments, and how many members it has now.
local function addSlice(group)
  local slice, first = ARGV[at], at + 2
  local key, last = group.key .. slice .. ':m', at + 1 + 2 * ARGV[at + 1]
  local added = pass(first, last, 'ZADD', key)
  local size = redis.call('ZCARD', key)
  redis.call('PEXPIRE', key, group.rule.keep)
  if size == added then redis.call('SADD', group.key .. 's', slice) end
  at = last + 1
  return first, last, size
end

local function takeGroup(rule)
  local name, slices = ARGV[at], tonumber(ARGV[at + 2])
  local group = { rule = rule, name = name, key = base .. name .. ':', info = ARGV[at + 1] }
  at = at + 3
  if slices == 0 then return group end
  group.slices, group.at = slices, at
  local first, last, size = addSlice(group)
  group.from = tonumber(ARGV[first])
  for _ = 2, slices do first, last, size = addSlice(group) end
  redis.call('PEXPIRE', group.key .. 's', rule.keep)
  group.newest, group.size = ARGV[last - 1], size
  group.to = tonumber(group.newest)
  return group
end

-- Visits time and name of each member that was added, by their place among the arguments.
local function eachAdded(group, visit)
  local place = group.at
  for _ = 1, group.slices do
    local last = place + 1 + 2 * ARGV[place + 1]
    for time = place + 2, last, 2 do visit(ARGV[time], ARGV[time + 1]) end
    place = last + 1
  end
end

-- At least as many members as there are from one timespan before the added to one after.
local function sizeAround(group)
  local from, to, length = group.from - group.rule.span, group.to + group.rule.span, group.rule.slice
  if group.slices == 1 and math.floor(from / length) == math.floor(to / length) then return group.size end
  local size = 0
  eachSlice(group, from, to, function(key) size = size + redis.call('ZCARD', key) end)
  return size
end

local function countMembers(group, from, to)
  local count = 0
  eachSlice(group, from, to, function(key)
    count = count + redis.call('ZCOUNT', key, whole(from), whole(to))
  end)
  return count
end

local function read(group, from, to, into)
  eachSlice(group, from, to, function(key)
    for _, name in ipairs(redis.call('ZRANGEBYSCORE', key, whole(from), whole(to))) do into[#into + 1] = name end
  end)
end

local function namesAndTimes(group, from, to, visit)
  eachSlice(group, from, to, function(key)
    local first = redis.call('ZCOUNT', key, '-inf', '(' .. whole(from))
    local last = redis.call('ZCOUNT', key, '-inf', whole(to)) - 1
    for start = first, last, PORTION do
      local found = redis.call('ZRANGE', key, start, math.min(start + PORTION - 1, last), 'WITHSCORES')
      for place = 1, #found, 2 do visit(found[place], tonumber(found[place + 1])) end
    end
  end)
end

-- Times whose windows hold enough members.
local function fullByMembers(group)
  local full, last, span = {}, nil, group.rule.span
  namesAndTimes(group, group.from, group.to + span, function(_, time)
    if time == last then return end
    last = time
    if countMembers(group, time - span, time) >= group.rule.enough then full[#full + 1] = time end
  end)
  return full
end

local function valueOf(name)
  return string.match(name, '^[^\n]*\n[^\n]*\n([^\n]*)')
end

-- Notes when values were seen; `list`: time, value, time, value, …
local function seeValues(key, list)
  for first = 1, #list, 2 * PORTION do
    redis.call('ZADD', key, 'GT', unpack(list, first, math.min(first + 2 * PORTION - 1, #list)))
  end
end

local function addedValues(group)
  local list = {}
  eachAdded(group, function(time, name)
    list[#list + 1] = time
    list[#list + 1] = valueOf(name)
  end)
  return list
end

-- Input in order: what was seen last within the timespan is what the window holds.
local function fullInOrder(group, key, list)
  local full = {}
  if redis.call('ZCARD', key) + #list / 2 < group.rule.enough then
    seeValues(key, list)
  else
    local first = 1
    while first < #list do
      local time, run = list[first], {}
      while list[first] == time do
        run[#run + 1] = time
        run[#run + 1] = list[first + 1]
        first = first + 2
      end
      seeValues(key, run)
      local from = whole(tonumber(time) - group.rule.span)
      if redis.call('ZCOUNT', key, from, '+inf') >= group.rule.enough then full[#full + 1] = tonumber(time) end
    end
  end
  -- Only windows from here on are counted by it.
  redis.call('ZREMRANGEBYSCORE', key, '-inf', '(' .. whole(group.to - group.rule.span))
  return full
end

-- Every window around is counted again. Returns the full times, and when each value was seen.
local function fullByCounting(group)
  local seen, counts, distinct, start, full, span = {}, {}, 0, 1, {}, group.rule.span
  namesAndTimes(group, group.from - span, group.to + span, function(name, time)
    seen[#seen + 1] = time
    seen[#seen + 1] = valueOf(name)
  end)
  for place = 1, #seen, 2 do
    local time, value = seen[place], seen[place + 1]
    counts[value] = (counts[value] or 0) + 1
    if counts[value] == 1 then distinct = distinct + 1 end
    while seen[start] < time - span do
      local gone = seen[start + 1]
      counts[gone] = counts[gone] - 1
      if counts[gone] == 0 then distinct = distinct - 1 end
      start = start + 2
    end
    local isLast = seen[place + 2] == nil or seen[place + 2] > time
    if isLast and time >= group.from and distinct >= group.rule.enough then full[#full + 1] = time end
  end
  return full, seen
end

-- Few members cannot show many values: only of a group that is large enough is it kept when values were seen.
local function fullByValues(group)
  local key, span, enough = group.key .. group.rule.seen, group.rule.span, group.rule.enough
  local size, full, seen = sizeAround(group), {}, nil
  local newest = tonumber(redis.call('ZREVRANGE', key, 0, 0, 'WITHSCORES')[2] or '')
  local isOld = newest and group.to + span < newest
  if newest == nil or isOld then
    if size < enough then return full end
    full, seen = fullByCounting(group)
    local last = tonumber(redis.call('ZSCORE', base .. 'g:' .. group.rule.name, group.name) or group.to)
    -- What is kept begins with the newest window; nothing that lies after what was seen may be missing.
    if isOld or last > group.from + span then return full end
    for place = 1, #seen, 2 do seen[place] = whole(seen[place]) end
    seeValues(key, seen)
  elseif 2 * size < enough then
    redis.call('UNLINK', key)
    return full
  elseif group.from >= newest then
    full = fullInOrder(group, key, addedValues(group))
  else
    seeValues(key, addedValues(group))
    if size >= enough then full = fullByCounting(group) end
  end
  redis.call('PEXPIRE', key, group.rule.keep)
  return full
end

local function readWindows(group, times)
  if #times == 0 then return nil end
  local into, span = {}, group.rule.span
  local from, to = times[1] - span, times[1]
  for _, time in ipairs(times) do
    if time - span > to then
      read(group, from, to, into)
      from = time - span
    end
    to = time
  end
  read(group, from, to, into)
  return into
end

local function remind(group)
  redis.call('SET', group.key .. 'i', group.info, 'PX', group.rule.keep)
  eachAdded(group, function(time)
    local name = group.name .. ':' .. time
    redis.call('ZADD', base .. 'due', whole(tonumber(time) + group.rule.after), name)
    redis.call('HDEL', base .. 'claimed', name)
  end)
  redis.call('PEXPIRE', base .. 'due', group.rule.keep, 'NX')
  redis.call('PEXPIRE', base .. 'due', group.rule.keep, 'GT')
end

-- Names of the members that may fire; nil: none.
local find = {
  around = function(group)
    local into = {}
    read(group, group.from - group.rule.span, group.to + group.rule.span, into)
    return into
  end,
  members = function(group)
    if sizeAround(group) < group.rule.enough then return nil end
    if countMembers(group, group.from - group.rule.span, group.to + group.rule.span) < group.rule.enough then
      return nil
    end
    return readWindows(group, fullByMembers(group))
  end,
  values = function(group) return readWindows(group, fullByValues(group)) end,
  later = remind,
  only = function() end,
}

-- The group whose newest event is oldest, then by name. One that its TTL took is no loss.
local function dropGroups(rule, limit)
  local index = base .. 'g:' .. rule.name
  local excess = redis.call('ZCARD', index) - limit
  if excess <= 0 then return 0 end
  local dropped, lost = 0, tonumber(redis.call('GET', base .. 'l:' .. rule.name) or '')
  local popped = redis.call('ZPOPMIN', index, excess)
  for place = 1, #popped, 2 do
    local name, newest = base .. popped[place], tonumber(popped[place + 1])
    local slices = redis.call('SMEMBERS', name .. ':s')
    for _, slice in ipairs(slices) do redis.call('UNLINK', name .. ':' .. slice .. ':m') end
    if #slices > 0 then
      redis.call('UNLINK', name .. ':s', name .. ':' .. rule.seen, name .. ':i')
      dropped = dropped + 1
      if lost == nil or newest > lost then lost = newest end
    end
  end
  if dropped > 0 then redis.call('SET', base .. 'l:' .. rule.name, whole(lost), 'PX', rule.keep) end
  return dropped
end

local function takeRule()
  local rule = {
    name = ARGV[at],
    slice = tonumber(ARGV[at + 1]),
    span = tonumber(ARGV[at + 2]),
    keep = ARGV[at + 3],
    mode = ARGV[at + 4],
    enough = tonumber(ARGV[at + 5]),
    after = tonumber(ARGV[at + 6]),
    groups = tonumber(ARGV[at + 7]),
    seen = 'v:' .. ARGV[at + 2],
    lost = redis.call('GET', base .. 'l:' .. ARGV[at]) or '',
  }
  at = at + 8
  return rule
end

local result, touched, place = {}, {}, 0
while at <= #ARGV do
  local rule, newest = takeRule(), {}
  for _ = 1, rule.groups do
    local group = takeGroup(rule)
    local found = group.to and find[rule.mode](group)
    if found or rule.lost ~= '' then result[#result + 1] = { place, rule.lost, found or {} } end
    if group.to then
      newest[#newest + 1] = group.newest
      newest[#newest + 1] = group.name
    end
    place = place + 1
  end
  for first = 1, #newest, 2 * PORTION do
    local last = math.min(first + 2 * PORTION - 1, #newest)
    redis.call('ZADD', base .. 'g:' .. rule.name, 'GT', unpack(newest, first, last))
  end
  if #newest > 0 then touched[rule.name] = rule end
end
local losses = {}
for name, rule in pairs(touched) do
  redis.call('PEXPIRE', base .. 'g:' .. name, rule.keep)
  local dropped = dropGroups(rule, tonumber(ARGV[1]))
  if dropped > 0 then
    losses[#losses + 1] = name
    losses[#losses + 1] = dropped
  end
end
result[#result + 1] = losses
return result
