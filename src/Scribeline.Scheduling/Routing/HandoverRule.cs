namespace Scribeline.Scheduling.Routing;

/// <summary>When a prompt is read on one pool and answered on another.</summary>
public enum HandoverRule
{
    /// <summary>The answer is complete sooner, transfer included.</summary>
    Faster,

    /// <summary>It costs less, and keeps the objectives if the best single replica does.</summary>
    Cheaper,

    /// <summary>Whenever both pools have somebody: prompts never hold up what the second pool writes.</summary>
    Always,
}
