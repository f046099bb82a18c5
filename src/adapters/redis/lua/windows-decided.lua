--[[
  Forgets due windows that were decided.

    KEYS[1]  base    as in windows-add.lua
    ARGV  for each: `<group>:<time>` and the number of the claim

  Returns nothing of use. One to which members were added since, or that another claim holds, stays.
]]
local base = KEYS[1]
for at = 1, #ARGV, 2 do
  if redis.call('HGET', base .. 'claimed', ARGV[at]) == ARGV[at + 1] then
    redis.call('HDEL', base .. 'claimed', ARGV[at])
    redis.call('ZREM', base .. 'due', ARGV[at])
  end
end
return 0
