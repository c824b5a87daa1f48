-- Take failed jobs out of the queue. ARGV: their ids; one that is added again by now stays. Returns how many there were.
local settled = 0
for _, id in ipairs(ARGV) do
  if redis.call('ZSCORE', FAILED, id) then
    forget(FAILED, {id})
    settled = settled + 1
  end
end
return settled
