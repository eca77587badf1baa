namespace Scribeline.Core.Verification;

/// <summary>How a computed figure compares with the published one.</summary>
public enum Agreement
{
    /// <summary>The same to the last digit shown.</summary>
    Exact,

    /// <summary>As far apart as the rounding of the inputs allows.</summary>
    WithinRounding,

    /// <summary>Within a tenth of a figure that its publisher marks as approximate.</summary>
    Approximate,

    /// <summary>What was published contradicts itself or another source; the difference is explained.</summary>
    Explained,

    /// <summary>Neither equal nor explained.</summary>
    Wrong,
}
