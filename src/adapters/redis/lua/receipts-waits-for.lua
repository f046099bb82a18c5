--[[
  The revisions that a message waits for.

    KEYS[1]  base     every other key is this and a suffix (one slot)
    ARGV[1]  token    hash of queue and message id

  Keys as in receipts-open.lua and receipts-stages-done.lua.

  Returns fingerprint and revision, flat, for each of its refs: one fingerprint may come
  more than once.
]]
local base, token = KEYS[1], ARGV[1]
local found = {}
for _, ref in ipairs(redis.call('SMEMBERS', base .. 'm:' .. token .. ':refs')) do
  for _, value in ipairs(redis.call('HGETALL', base .. 'r:' .. ref .. ':revs')) do
    found[#found + 1] = value
  end
end
return found
