-- Problems by code
-- What is missing, doubtful or was corrected in the list, counted by rule, errors first.
-- fragment: g.mark=bar&g.x_column=problem_count&g.x_type=quantitative&g.y_column=code&g.y_type=nominal&g.color_column=severity
select
  code,
  severity,
  count(*) as problem_count,
  min(line) as first_line,
  max(line) as last_line
from problems
group by code, severity
order by case severity when 'error' then 1 when 'warning' then 2 else 3 end, problem_count desc, code
