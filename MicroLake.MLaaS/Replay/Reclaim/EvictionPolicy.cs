namespace MicroLake.Replay.Reclaim;

/// <summary>Chooses what leaves a cache. <c>now</c> is the number of the access.</summary>
internal abstract class EvictionPolicy
{
    /// <summary>An object is about to be accessed, whether it is here or not.</summary>
    public virtual void Observe(int id, long size, int now)
    {
    }

    /// <summary>An object that is here has been accessed.</summary>
    public abstract void Hit(int id, int now);

    /// <summary>An object has come.</summary>
    public abstract void Insert(int id, int now);

    /// <summary>Chooses an object that is here, and forgets it: it leaves.</summary>
    public abstract int Victim(int now);

    /// <summary>Forgets an object that is here: it has left for another reason.</summary>
    public abstract void Remove(int id);

    /// <summary>The number of an object that is not here is another's from now on.</summary>
    public virtual void Forget(int id)
    {
    }
}
