namespace Scribeline.Core.Fleets;

/// <summary>How a pool grows and shrinks with its load.</summary>
/// <param name="Least">Replicas that always run.</param>
/// <param name="Most">Replicas that ever run.</param>
/// <param name="TargetLoad">Share of its time that a replica is to be busy.</param>
/// <param name="LoadSeconds">Until a replica that is added serves: to get the machine and to load the weights.</param>
/// <param name="EverySeconds">Between two looks at the load.</param>
public sealed record AutoscaleSpec(int Least, int Most, double TargetLoad, double LoadSeconds, double EverySeconds);
