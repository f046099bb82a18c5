--[[
  Reads which alerts carry one of the lineage keys.

    KEYS[1]  base     as in incidents-link.lua
    ARGV[1…] hashes of lineage keys

  Returns fingerprints; one may come twice, and one may have expired.
]]
local base, found = KEYS[1], {}
for at = 1, #ARGV do
  for _, fingerprint in ipairs(redis.call('SMEMBERS', base .. 'l:' .. ARGV[at])) do
    found[#found + 1] = fingerprint
  end
end
return found
