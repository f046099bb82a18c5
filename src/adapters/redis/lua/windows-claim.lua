--[[
  Notes who asked for due windows of one shard last.

    KEYS[1]  base    as in windows-add.lua
    ARGV  names, `<group>:<time>`

  Returns the claim's number, then for each the group as JSON; '' where the group is gone.
]]
local base = KEYS[1]
local claim = redis.call('INCR', base .. 'claims')
local ttl = redis.call('PTTL', base .. 'due')
local result = { tostring(claim) }
for _, name in ipairs(ARGV) do
  local info = redis.call('GET', base .. string.match(name, '^[^:]*') .. ':i') or ''
  if info == '' then redis.call('ZREM', base .. 'due', name)
  else redis.call('HSET', base .. 'claimed', name, claim) end
  result[#result + 1] = info
end
if ttl > 0 then
  redis.call('PEXPIRE', base .. 'claims', ttl)
  redis.call('PEXPIRE', base .. 'claimed', ttl)
end
return result
