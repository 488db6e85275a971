"""Ask people: what management declares (scope, period, approval) in, plain facts that evidence cannot give out."""
