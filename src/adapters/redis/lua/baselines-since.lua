--[[
  Notes that a group was known before.

    KEYS[1]  base     as in baselines-add.lua
    ARGV[1]  rule (hash), ARGV[2] group
    ARGV[3]  its first event in ms

  Returns nothing of use. A group that is not stored stays so; the same again changes nothing.
]]
local key = KEYS[1] .. ARGV[1] .. ':g:' .. ARGV[2]
local known = tonumber(redis.call('GET', key) or '')
if known and tonumber(ARGV[3]) < known then redis.call('SET', key, ARGV[3], 'KEEPTTL') end
return 0
