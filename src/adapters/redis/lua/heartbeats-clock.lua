--[[
  Notes times of a queue; they only rise.

    KEYS[1]  clocks  hash: d:<queue> delivered, n:<queue> delivered with events, i:<queue> found empty; in ms
    ARGV[1]  TTL in ms
    ARGV[2…] field, time

  Returns how many rose.
]]
local rose = 0
for at = 2, #ARGV, 2 do
  if tonumber(ARGV[at + 1]) > tonumber(redis.call('HGET', KEYS[1], ARGV[at]) or '-1') then
    redis.call('HSET', KEYS[1], ARGV[at], ARGV[at + 1])
    rose = rose + 1
  end
end
redis.call('PEXPIRE', KEYS[1], ARGV[1])
return rose
