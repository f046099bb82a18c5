--[[
  Notes an alert's place in time and lineage and joins it with the alerts that
  share a lineage key and lie within the gap.

    KEYS[1]  base     the script appends:
               n:<fingerprint>  hash: first, last, lineage (hashes, spaces between), label
               l:<lineage>      set of fingerprints
               m:<label>        sorted set of an incident's fingerprints, score = first
               c:<label>        list of an incident's cases, `number caseId`, the elder's first
    ARGV[1]  TTL in ms, renewed for every key that is written
    ARGV[2]  fingerprint
    ARGV[3]  first, ARGV[4] last event time in ms; they only widen
    ARGV[5]  gap in ms
    ARGV[6…] hashes of the lineage keys; they only grow

  Returns { id, first of the incident, fingerprints, cases }.
  A label is the fingerprint under which an incident began; nobody outside sees
  it. The same links in any order give the same groups and ids.
]]
local base, ttl, fingerprint = KEYS[1], ARGV[1], ARGV[2]
local first, last, gap = tonumber(ARGV[3]), tonumber(ARGV[4]), tonumber(ARGV[5])

local function node(of) return base .. 'n:' .. of end
local function lineage(of) return base .. 'l:' .. of end
local function members(of) return base .. 'm:' .. of end
local function cases(of) return base .. 'c:' .. of end

local function eldest(label)
  local found = redis.call('ZRANGE', members(label), 0, 0, 'WITHSCORES')
  return found[1] or label, tonumber(found[2] or '0')
end

local function isElder(a, b)
  local idA, firstA = eldest(a)
  local idB, firstB = eldest(b)
  if firstA ~= firstB then return firstA < firstB end
  return idA < idB
end

local function append(from, into)
  local known = {}
  for _, text in ipairs(redis.call('LRANGE', cases(into), 0, -1)) do known[text] = true end
  for _, text in ipairs(redis.call('LRANGE', cases(from), 0, -1)) do
    if not known[text] then redis.call('RPUSH', cases(into), text) end
  end
  redis.call('PEXPIRE', cases(into), ttl)
end

-- Moves all of `younger` into `elder`.
local function join(elder, younger)
  local moved = redis.call('ZRANGE', members(younger), 0, -1, 'WITHSCORES')
  for at = 1, #moved, 2 do
    redis.call('ZADD', members(elder), moved[at + 1], moved[at])
    if redis.call('EXISTS', node(moved[at])) == 1 then
      redis.call('HSET', node(moved[at]), 'label', elder)
    end
  end
  append(younger, elder)
  redis.call('DEL', members(younger), cases(younger))
  redis.call('PEXPIRE', members(elder), ttl)
  return elder
end

-- 1. Widen the node.
local known = redis.call('HMGET', node(fingerprint), 'first', 'last', 'lineage', 'label')
first = math.min(first, tonumber(known[1] or first))
last = math.max(last, tonumber(known[2] or last))
local own, has = {}, {}
local function grow(hash)
  if not has[hash] then
    has[hash] = true
    own[#own + 1] = hash
  end
end
for hash in string.gmatch(known[3] or '', '%S+') do grow(hash) end
for at = 6, #ARGV do grow(ARGV[at]) end
local label = known[4] or fingerprint

redis.call('HSET', node(fingerprint), 'first', string.format('%.0f', first), 'last',
  string.format('%.0f', last), 'lineage', table.concat(own, ' '), 'label', label)
redis.call('PEXPIRE', node(fingerprint), ttl)
redis.call('ZADD', members(label), string.format('%.0f', first), fingerprint)
redis.call('PEXPIRE', members(label), ttl)
redis.call('PEXPIRE', cases(label), ttl)

-- 2. Find the incidents near it.
local labels, near = { [label] = true }, { label }
for _, hash in ipairs(own) do
  for _, other in ipairs(redis.call('SMEMBERS', lineage(hash))) do
    local place = redis.call('HMGET', node(other), 'first', 'last', 'label')
    if not place[1] then
      redis.call('SREM', lineage(hash), other)
    else
      local distance = math.max(first, tonumber(place[1])) - math.min(last, tonumber(place[2]))
      if distance <= gap and not labels[place[3]] then
        labels[place[3]] = true
        near[#near + 1] = place[3]
      end
    end
  end
  redis.call('SADD', lineage(hash), fingerprint)
  redis.call('PEXPIRE', lineage(hash), ttl)
end

-- 3. Join them, eldest first, so that the order of their cases is one and the same.
table.sort(near, isElder)
label = near[1]
for at = 2, #near do join(label, near[at]) end

local id, incidentFirst = eldest(label)
return {
  id,
  string.format('%.0f', incidentFirst),
  redis.call('ZRANGE', members(label), 0, -1),
  redis.call('LRANGE', cases(label), 0, -1),
}
