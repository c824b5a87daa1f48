-- Acknowledge a job that was handled. ARGV: id, token, now (ms), newest kept, oldest kept (ms).
-- Returns 0 when the claim is no longer the caller's.
local id, now = ARGV[1], ARGV[3]
if not give_up_claim(id, ARGV[2]) then
  return 0
end
if redis.call('EXISTS', job_key(id)) == 1 then
  redis.call('HINCRBY', job_key(id), 'atm', 1)
  redis.call('HSET', job_key(id), 'returnvalue', 'null', 'finishedOn', now)
  redis.call('HDEL', job_key(id), 'failedReason', 'stc')
  redis.call('ZADD', COMPLETED, now, id)
end
announce('completed', id, 'returnvalue', 'null', 'prev', 'active')
trim(COMPLETED, tonumber(ARGV[4]), ARGV[5])
return 1
