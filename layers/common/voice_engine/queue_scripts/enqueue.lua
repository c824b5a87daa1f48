-- Add a job, unless its id is waiting, active or delayed. ARGV: id, name, data, opts, now, due (ms; 0 for at once).
local id, now, due = ARGV[1], tonumber(ARGV[5]), tonumber(ARGV[6])
local state = state_of(id)
if state == 'waiting' or state == 'active' or state == 'delayed' then
  announce('duplicated', id)
  return 0
end
redis.call('ZREM', COMPLETED, id)
redis.call('ZREM', FAILED, id)
redis.call('DEL', job_key(id), job_key(id) .. ':logs')
redis.call('INCR', base .. 'id')
redis.call('HSET', job_key(id), 'name', ARGV[2], 'data', ARGV[3], 'opts', ARGV[4], 'timestamp', now, 'priority', 0)
announce('added', id, 'name', ARGV[2])
if due > now then
  delay(id, due, now)
else
  offer(id, 'LPUSH', now)
  announce('waiting', id)
end
return 1
