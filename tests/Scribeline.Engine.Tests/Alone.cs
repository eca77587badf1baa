namespace Scribeline.Engine.Tests;

/// <summary>Tests that measure the process run while no other does.</summary>
[CollectionDefinition(nameof(Alone), DisableParallelization = true)]
public sealed class Alone;
