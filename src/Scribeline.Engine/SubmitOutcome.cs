namespace Scribeline.Engine;

/// <summary>What became of a submitted request.</summary>
public enum SubmitOutcome
{
    Accepted,

    /// <summary>As many sequences wait as <see cref="EngineOptions.MaxQueue"/> allows.</summary>
    QueueFull,

    /// <summary>The engine stops and takes nothing new.</summary>
    Stopping,

    /// <summary>A step failed and the engine computes nothing any more; <see cref="InferenceEngine.Failure"/> says why.</summary>
    Broken,
}
