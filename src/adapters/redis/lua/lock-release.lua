--[[
  Gives a lock back.

    KEYS[1]  lock     string, the holder's token
    ARGV[1]  token

  Returns 1 where the token held the lock, else 0 (it had run out; somebody else may hold it).
]]
if redis.call('GET', KEYS[1]) == ARGV[1] then return redis.call('DEL', KEYS[1]) end
return 0
