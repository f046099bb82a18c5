--[[
  Follows one hop of lineage.

    KEYS[1]  base     as in lineage-add.lua
    ARGV     hashes of identities

  Returns for each identity { 1 where it passed a bound and joins nobody, else 0;
  texts of those it works for, … }.
]]
local base, answer = KEYS[1], {}
for at = 1, #ARGV do
  answer[at] = {
    redis.call('EXISTS', base .. 'x:' .. ARGV[at]),
    unpack(redis.call('SMEMBERS', base .. 'p:' .. ARGV[at])),
  }
end
return answer
