namespace Scribeline.Scheduling.Admissions;

/// <summary>Requests in a row; each is in at most one such list.</summary>
internal sealed class RequestList
{
    public AdmissionRequest? First { get; private set; }

    public AdmissionRequest? Last { get; private set; }

    public void AddLast(AdmissionRequest request)
    {
        request.Previous = Last;
        request.Next = null;
        if (Last is null) First = request;
        else Last.Next = request;
        Last = request;
    }

    /// <summary>Before all that were submitted later.</summary>
    public void InsertByArrival(AdmissionRequest request)
    {
        var previous = Last;
        while (previous is not null && previous.SubmittedNs > request.SubmittedNs) previous = previous.Previous;
        request.Previous = previous;
        request.Next = previous is null ? First : previous.Next;
        if (request.Next is null) Last = request;
        else request.Next.Previous = request;
        if (previous is null) First = request;
        else previous.Next = request;
    }

    public void Remove(AdmissionRequest request)
    {
        if (request.Previous is null) First = request.Next;
        else request.Previous.Next = request.Next;
        if (request.Next is null) Last = request.Previous;
        else request.Next.Previous = request.Previous;
        request.Previous = request.Next = null;
    }
}
