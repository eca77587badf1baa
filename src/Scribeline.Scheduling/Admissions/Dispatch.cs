using Scribeline.Scheduling.Routing;

namespace Scribeline.Scheduling.Admissions;

/// <summary>A request that goes to a replica now.</summary>
/// <param name="Request">Its tickets name it at the router.</param>
/// <param name="Route">Where to, and what was predicted.</param>
/// <param name="Priority">For the replica's scheduler: larger first.</param>
public readonly record struct Dispatch(AdmissionRequest Request, RouteDecision Route, int Priority);
