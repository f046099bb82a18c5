--[[
  Keeps a lock for its holder.

    KEYS[1]  lock     string, the holder's token
    ARGV[1]  token
    ARGV[2]  TTL in ms

  Returns 1 where the token still holds the lock, else 0.
]]
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return 0
