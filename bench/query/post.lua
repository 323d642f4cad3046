-- wrk's script: the same statement again and again.
wrk.method = "POST"
function init(arguments) wrk.body = arguments[1] end
