-- Take jobs out of the queue wherever they are, claimed ones too. ARGV: their ids. Returns how many there were.
local forgotten = 0
for _, id in ipairs(ARGV) do
  for _, list in ipairs({WAIT, PAUSED, ACTIVE}) do
    redis.call('LREM', list, 0, id)
  end
  for _, set in ipairs({PRIORITIZED, DELAYED, COMPLETED, FAILED}) do
    redis.call('ZREM', set, id)
  end
  redis.call('SREM', STALLED, id)
  forgotten = forgotten + redis.call('DEL', job_key(id))
  redis.call('DEL', job_key(id) .. ':logs', lock_key(id))
end
return forgotten
