--[[
  Notes who works for whom.

    KEYS[1]  base     the script appends, identities as hashes:
               p:<child>         set of the texts of those it works for
               f:<parent>:<day>  set of the sessions that came from it on a day, one more than the bound at most
               x:<identity>      it passed a bound: it joins nobody
    ARGV[1]  TTL in ms of links and marks; those of a day's sets is ARGV[2]
    ARGV[3]  sessions that may come from one identity a day
    ARGV[4]  identities that one may work for
    ARGV[5…] for each link: child (hash), parent (hash), parent (text), day,
             1 where it counts as a session, else 0; child (text)

  Returns { links refused, text of each identity that passed a bound now, … }.
  The same link again changes nothing, unless its identity has passed a bound by then.
]]
local base, ttl, day_ttl = KEYS[1], ARGV[1], ARGV[2]
local children_limit, parents_limit = tonumber(ARGV[3]), tonumber(ARGV[4])
local cut, stopped = 0, {}

local function stop(hash, text)
  cut = cut + 1
  if redis.call('EXISTS', base .. 'x:' .. hash) == 0 then stopped[#stopped + 1] = text end
  redis.call('SET', base .. 'x:' .. hash, '1', 'PX', ttl)
end

local function has_room(key, member, limit)
  return redis.call('SISMEMBER', key, member) == 1 or redis.call('SCARD', key) < limit
end

for at = 5, #ARGV, 6 do
  local child, parent, text, day = ARGV[at], ARGV[at + 1], ARGV[at + 2], ARGV[at + 3]
  local parents = base .. 'p:' .. child
  local children = base .. 'f:' .. parent .. ':' .. day
  local counts = ARGV[at + 4] == '1'
  if counts and not has_room(children, child, children_limit) then
    stop(parent, text)
  elseif not has_room(parents, text, parents_limit) then
    stop(child, ARGV[at + 5])
  else
    if counts then
      redis.call('SADD', children, child)
      redis.call('PEXPIRE', children, day_ttl)
    end
    redis.call('SADD', parents, text)
    redis.call('PEXPIRE', parents, ttl)
  end
end
return { cut, unpack(stopped) }
