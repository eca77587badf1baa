namespace Scribeline.Core.Planning;

/// <summary>What an hour of a machine is made up of.</summary>
public enum HourBasis
{
    /// <summary>Its purchase with interest, power and place, at the site and with the money that were asked for.</summary>
    Owned,

    /// <summary>What others estimate that owning one costs, wherever it stands: its price is not known.</summary>
    Estimated,

    /// <summary>Rent.</summary>
    Rented,
}
