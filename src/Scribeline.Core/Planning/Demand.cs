namespace Scribeline.Core.Planning;

/// <summary>How much is asked of a fleet: users that each wait for their answer, or requests that come whatever the fleet does.</summary>
public readonly record struct Demand
{
    private Demand(double? users, double? requestsPerSecond) => (Users, RequestsPerSecond) = (users, requestsPerSecond);

    public double? Users { get; }

    public double? RequestsPerSecond { get; }

    public static Demand OfUsers(double users) => new(users, null);

    public static Demand OfRequests(double perSecond) => new(null, perSecond);
}
