--[[
  Counts findings that a suppression hid or would have hidden.

    KEYS[1]  hits  set of finding ids
    ARGV[1]  TTL in ms
    ARGV[2…] finding ids

  Returns how many there are. The same finding twice counts once.
]]
local hits = KEYS[1]

for argument = 2, #ARGV do
  redis.call('SADD', hits, ARGV[argument])
end
redis.call('PEXPIRE', hits, ARGV[1])
return redis.call('SCARD', hits)
