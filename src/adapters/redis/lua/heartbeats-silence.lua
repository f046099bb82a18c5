--[[
  Opens a silence that starts with the group's last event.

    KEYS[1]  base     as in heartbeats-beat.lua
    ARGV[1]  rule (hash), ARGV[2] group
    ARGV[3]  start: time of the last event in ms
    ARGV[4]  the silence as JSON
    ARGV[5]  starts that are remembered

  Returns 1 when it is open (also where it was), 0 where another event has come
  or the group is not stored any more.
]]
local key = KEYS[1] .. ARGV[1] .. ':g:' .. ARGV[2]
local known = redis.call('HMGET', key, 'lastTime', 'silenceStart', 'past')
if known[1] ~= ARGV[3] then
  return 0
end
if known[2] == ARGV[3] then
  return 1
end
local past, kept = { ARGV[3] }, tonumber(ARGV[5])
for start in string.gmatch(known[3] or '', '%S+') do
  if start ~= ARGV[3] and #past < kept then past[#past + 1] = start end
end
redis.call('HSET', key, 'silence', ARGV[4], 'silenceStart', ARGV[3], 'told', '0', 'past', table.concat(past, ' '))
redis.call('HDEL', key, 'end', 'endTime', 'endKey')
return 1
